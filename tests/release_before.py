"""The release before this one: what serves while this one migrates, and what a rollback turns back to.

The one place that names it. After a release, put that release here.
"""

NAME = "0.1.0"
COMMIT = "0ff86eb417fa7240712e7243930e289e32fcf8bf"
# The last migration of each of our apps in it; a test compares this with the commit, where that is at hand.
MIGRATIONS = {"accounts": "0009_seeds_that_were_shown", "initiatives": "0010_content_version_at"}
