// Proposes an address from a title as the server does (models/fields.py): hyphens where words part. Django's own
// URLify, in whose place this stands, leaves the apostrophe out: “leconomie”.
'use strict';
{
    const letters = { æ: 'ae', œ: 'oe', ø: 'o', ß: 'ss' };

    window.URLify = (title, length) => {
        const slug = title.toLowerCase().replace(/[æœøß]/g, letter => letters[letter])
            .normalize('NFKD').replace(/\p{M}/gu, '')
            .replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
        return slug.length > length ? slug.slice(0, length + 1).replace(/-[^-]*$/, '').slice(0, length) : slug;
    };
}
