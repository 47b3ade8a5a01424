"""The forms of access tokens, as their makers document them: what a text must hold at all, and the form.

The first part of each entry is one or more literal hints: a form is only looked for in a text that holds one.
"""

from __future__ import annotations

import re

_FORMS = (
    ("ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,255}"),  # GitHub
    ("github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{50,}"),
    (
        "glpat- gldt- glrt- glptt- glft- glimt- glagent- glcbt- glsoat- gloas- glffct-",
        r"gl(?:pat|dt|rt|ptt|ft|imt|agent|cbt|soat|oas|ffct)-[\w-]{20,}",
    ),  # GitLab
    ("xox", r"xox[abeoprs]-(?:[A-Za-z0-9]+-)*[A-Za-z0-9]{10,}"),  # Slack
    ("xapp-", r"xapp-\d-[A-Za-z0-9]+-\d+-[A-Za-z0-9]{20,}"),
    ("xoxe", r"xoxe(?:\.xox[bp])?-\d-[A-Za-z0-9]{20,}"),
    ("AKIA ASIA ABIA ACCA", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"),  # Amazon Web Services
    ("AIza", r"AIza[\w-]{35}"),  # Google
    ("ya29.", r"ya29\.[\w-]{20,}"),
    ("GOCSPX-", r"GOCSPX-[\w-]{28}"),
    ("sk_ rk_", r"(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{16,}"),  # Stripe
    ("whsec_", r"whsec_[A-Za-z0-9+/]{24,}={0,2}"),
    ("sk-", r"sk-(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{20,}"),  # OpenAI and those who took its form
    ("npm_", r"npm_[A-Za-z0-9]{36}"),
    ("pypi-", r"pypi-[\w-]{50,}"),
    ("rubygems_", r"rubygems_[a-f0-9]{48}"),
    ("eyJ", r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),  # JSON Web Token
    (":AA", r"\d{8,10}:AA[\w-]{33}"),  # Telegram
    (".", r"[MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,38}"),  # Discord
    ("AC SK", r"(?:AC|SK)[0-9a-f]{32}"),  # Twilio
    ("SG.", r"SG\.[\w-]{16,32}\.[\w-]{32,64}"),  # SendGrid
    ("key-", r"key-[0-9a-f]{32}"),  # Mailgun
    ("-us", r"[0-9a-f]{32}-us\d{1,2}"),  # Mailchimp
    ("_v1_", r"do[opr]_v1_[a-f0-9]{64}"),  # DigitalOcean
    ("hf_", r"hf_[A-Za-z0-9]{34}"),  # Hugging Face
    ("shp", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),  # Shopify
    ("sq0", r"sq0(?:atp|csp|idp)-[\w-]{22,60}"),  # Square
    ("ATATT3 ATCTT3", r"AT[AC]TT3[\w=-]{60,}"),  # Atlassian
    ("lin_", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}"),  # Linear
    ("ntn_ secret_", r"(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})"),  # Notion
    ("dapi", r"dapi[a-f0-9]{32}(?:-\d)?"),  # Databricks
    ("PMAK-", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),  # Postman
    ("sl.", r"sl\.[\w-]{130,}"),  # Dropbox
    ("glsa_ glc_", r"gl(?:sa|c)_[\w+/=]{32,}"),  # Grafana
    ("hvs. hvb. hvr.", r"hv[sbr]\.[\w-]{24,}"),  # Vault
    ("dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9]{40,}"),  # Doppler
    ("NRAK-", r"NRAK-[A-Z0-9]{27}"),  # New Relic
    ("EAA", r"EAA[A-Z][A-Za-z0-9]{60,}"),  # Facebook
    ("AAAAAAAAAA", r"A{20}(?=[A-Za-z%]*\d)[A-Za-z0-9%]{50,}"),  # X
    ("Q~", r"[\w~.]{3}\dQ~[\w.~-]{31,34}"),  # Azure, client secret
    ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    ("figd_", r"figd_[\w-]{40,}"),  # Figma
    ("pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),  # Airtable
    ("CFPAT-", r"CFPAT-[\w-]{43}"),  # Contentful
    ("dckr_", r"dckr_(?:pat|oat)_[\w-]{27,}"),  # Docker
    ("sntry", r"sntry[su]_[\w=/+-]{40,}"),  # Sentry
    ("phx_ phc_", r"ph[xc]_[A-Za-z0-9]{40,}"),  # PostHog
    ("r8_", r"r8_[A-Za-z0-9]{37}"),  # Replicate
    ("gsk_", r"gsk_[A-Za-z0-9]{50,}"),  # Groq
    ("pplx-", r"pplx-[A-Za-z0-9]{40,}"),  # Perplexity
    ("sbp_", r"sbp_[a-f0-9]{40}"),  # Supabase
    (
        "AccountKey SharedAccess",
        r"(?:AccountKey|SharedAccessKey|SharedAccessSignature)=[\w+/=%&-]{32,}",
    ),  # Azure
    ("hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/]{20,}"),
    ("/webhooks/", r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{15,22}/[\w-]{50,}"),
    ("webhook.office.com", r"[\w-]{1,63}\.webhook\.office\.com/webhookb2/[\w@/-]{40,}"),
    ("chat.googleapis.com", r"chat\.googleapis\.com/v1/spaces/[\w-]+/messages\?\S{0,200}?token=[\w%-]{20,}"),
    ("hooks.zapier.com", r"hooks\.zapier\.com/hooks/catch/\d+/\w{6,}"),
    ("sig=", r"(?<=[?&])sig=[\w%+/-]{20,}"),  # Azure, shared access signature
)

FORMS = tuple(
    (tuple(hints.split(" ")), re.compile(rf"(?<![A-Za-z0-9_]){form}(?![A-Za-z0-9])"))
    for hints, form in _FORMS
)
"""(literal hints, compiled form) for each."""
