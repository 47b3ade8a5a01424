"""What each connector tells of itself in the catalogue: what it can, what it cannot, and what it needs."""

from __future__ import annotations

from gleanery.ports import ConnectorCard

_STAYS = "Words stay in the house unless you switch that on; links and titles go to the LMS."

SLACK = ConnectorCard(
    title="Slack",
    can=(
        "Reads the channels that your app was invited to, with threads, reactions and shared files' titles.",
        "Follows edits and deletions.",
        "Reads a workspace export instead, without any app.",
    ),
    cannot=(
        "Reads no direct messages live.",
        "Joins no channel unasked: somebody there invites the app.",
        "On Slack's free plan nothing older than 90 days can be read.",
    ),
    needs=(
        "A Slack app of your own, made in two minutes from the manifest below.",
        "Somebody who may install apps in the workspace.",
    ),
    terms="Internal posts yield the links they share; words of colleagues leave only if you switch that on.",
    scopes={
        "channels:history": "To read messages of public channels that the app was invited to.",
        "channels:read": "To know which channels these are.",
        "files:read": "To read titles and addresses of shared files; no file is fetched.",
        "groups:history": "To read messages of private channels that the app was invited to.",
        "groups:read": "To know which private channels these are.",
        "reactions:read": "To see who reacted with what.",
        "users:read": "To show display names; e-mail addresses are not asked for.",
    },
    app_page="https://api.slack.com/apps?new_app=1",
    essential=("client_id", "client_secret", "token", "export", "include_private", "words_may_leave"),
    chooses="channels",
)

YOUTUBE = ConnectorCard(
    title="YouTube",
    can=(
        "Reads channels, playlists, single videos and searches.",
        "Reads comments, and captions of your own videos, where you switch that on.",
        "Tells what a reading costs before it is done.",
    ),
    cannot=(
        "Reads no captions of other people's videos.",
        "Goes beyond no quota: reading waits for the next day.",
    ),
    needs=("A Google Cloud project with the YouTube Data API v3: an API key, or an OAuth app to sign in.",),
    terms="Texts are looked at again within 25 days and never kept longer than 30. " + _STAYS,
    scopes={
        "https://www.googleapis.com/auth/youtube.readonly": "To read channels, playlists and videos.",
        "https://www.googleapis.com/auth/youtube.force-ssl": "Google's right for comments and captions; nothing is "
        "written.",
    },
    app_page="https://console.cloud.google.com/apis/credentials",
    essential=("channels", "playlists", "searches", "key", "client_id", "client_secret", "words_may_leave"),
)

X = ConnectorCard(
    title="X",
    can=(
        "Reads searches, accounts, lists and single posts within a budget that you set.",
        "Reads an account's own archive without any access.",
        "Finds out every day which posts were edited or deleted.",
    ),
    cannot=("A search reaches seven days back.", "Private accounts and direct messages are not read."),
    needs=("A developer account with prepaid credits: a bearer token, or an OAuth app to sign in.",),
    terms="X charges for each post. Only addresses of posts leave the house, neither words nor names.",
    scopes={
        "tweet.read": "To read posts.",
        "users.read": "To know who wrote them.",
        "list.read": "To read lists.",
        "offline.access": "To go on reading without asking you every two hours.",
    },
    app_page="https://developer.x.com/en/portal/dashboard",
    essential=(
        "bearer_token",
        "client_id",
        "client_secret",
        "queries",
        "users",
        "lists",
        "monthly_posts",
        "monthly_usd",
    ),
)

LINKEDIN = ConnectorCard(
    title="LinkedIn",
    can=(
        "Reads the posts of your organisation's own pages.",
        "Reads a member's own data export, without any app.",
    ),
    cannot=("Groups, feeds of members, other companies' pages and searches: LinkedIn gives them to nobody.",),
    needs=(
        "An app with the Community Management API, granted by LinkedIn.",
        "Somebody who administers the page to sign in.",
    ),
    terms="Words are kept six weeks, six months where your organisation itself authorised the app. " + _STAYS,
    scopes={
        "r_organization_social": "To read posts of your pages.",
        "r_organization_admin": "To know which pages you administer.",
        "r_member_social": "To read a member's own posts; few apps have it.",
    },
    app_page="https://www.linkedin.com/developers/apps",
    essential=(
        "authors",
        "client_id",
        "client_secret",
        "export",
        "own_organisation_authenticated",
        "words_may_leave",
    ),
)

LINKEDIN_LEARNING = ConnectorCard(
    title="LinkedIn Learning",
    can=(
        "Reads the catalogue of courses and videos in your languages.",
        "Reads who completed what, of people with a legal basis, where you switch that on.",
    ),
    cannot=("What was watched is told when the days of a report are over, completions at once.",),
    needs=("An application made in LinkedIn Learning's administration; nobody has to sign in.",),
    terms="Your contract with LinkedIn Learning says whether descriptions may be passed on. " + _STAYS,
    essential=("client_id", "client_secret", "locales", "activity", "words_may_leave"),
)

BLUESKY = ConnectorCard(
    title="Bluesky",
    can=("Reads accounts, lists and searches.", "Looks again for what was deleted."),
    cannot=("Posts that are labelled as adult or spam are not read.",),
    needs=("Nothing: what is public is read without an account.",),
    terms=_STAYS,
    essential=("accounts", "lists", "searches", "pass_text_on"),
)

MASTODON = ConnectorCard(
    title="Mastodon",
    can=("Reads hashtags and accounts of a server.", "Looks again for edits and deletions."),
    cannot=("Only public posts are read.",),
    needs=("The server's address; a token where the server wants one.",),
    terms=_STAYS,
    essential=("base_url", "tags", "accounts", "token", "pass_text_on"),
)

DISCOURSE = ConnectorCard(
    title="Discourse",
    can=("Reads a forum's categories and tags, or all of it.", "Looks again for edits and deletions."),
    cannot=("Private messages are not read.",),
    needs=("The forum's address; a key where the forum is for members only.",),
    terms=_STAYS,
    essential=("base_url", "categories", "tags", "api_key", "internal", "pass_text_on"),
)

FEEDS = ConnectorCard(
    title="Feeds (RSS, Atom, JSON)",
    can=("Reads web feeds by their addresses, and archived ones from files.",),
    cannot=("What a feed no longer shows cannot be read.",),
    needs=("The addresses of the feeds.",),
    terms=_STAYS,
    essential=("urls", "files", "pass_text_on", "licence"),
)

FILE = ConnectorCard(
    title="File or catalogue",
    can=("Reads records of CSV, JSON and zip files by a map of their fields.",),
    cannot=("Files elsewhere than in the folder imports are chosen on the command line only.",),
    needs=("A file on the machine that gleanery runs on.",),
    terms=_STAYS,
    essential=("path", "realm", "fields", "kind", "pass_text_on"),
)

SHARE = ConnectorCard(
    title="Share button and mail",
    can=(
        "Gives colleagues a button for their browser that hands a page in.",
        "Reads pages that are mailed to an address of yours.",
    ),
    cannot=("Nobody who left, or whose button was ended, can go on handing in.",),
    needs=("A secret of at least 24 characters, or a folder into which your mail server puts mail.",),
    terms="What people write about a page stays in the house unless you switch that on.",
    essential=("secret", "folder", "senders", "words_may_leave"),
)
