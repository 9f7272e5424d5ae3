"""How much a request may send, for the portal, for gunicorn and for the proxy in front (deploy/nginx.conf).

The longest form of the admin that anybody will fill in is held against these by a test.
"""

KIB = 1024
# A form that is longer is refused, before any of it is read into a form.
MAX_BODY = 6 * KIB * KIB
MAX_FIELDS = 4000
# A body of this length is read and forgotten, so that the browser shows the answer; a longer one is not read.
MAX_FORGOTTEN = 8 * KIB * KIB
# A connection ends with the answer to what is longer: what nobody read stands before the next request.
MAX_UNREAD = 64 * KIB
