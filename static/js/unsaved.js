// Asks before someone leaves a form of the admin, by whichever link or button, with text that is not saved.
'use strict';
{
    const form = document.querySelector('#content-main form');
    const written = () => new URLSearchParams(new FormData(form)).toString();
    let opened, isSent = false;

    if (form && document.querySelector('#content-main [type=submit]')) {
        // Other scripts have filled in the form by now. What was refused is not saved, though nothing changes.
        window.addEventListener('load', () => {
            opened = document.querySelector('.errornote') ? null : written();
        });
        form.addEventListener('submit', event => {
            isSent = event.submitter?.formTarget !== '_blank';
        });
        window.addEventListener('beforeunload', event => {
            if (!isSent && opened !== undefined && opened !== written()) {
                event.preventDefault();
            }
        });
    }
}
