"""The forms of access tokens, as their makers document them: what a text must hold at all, and the form.

The first part of each entry is one or more literal hints: a form is only looked for in a text that holds one.
"""

from __future__ import annotations

import re

_FORMS = (
    ("ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,255}"),  # GitHub
    ("github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{50,}"),
    (
        "glpat- gldt- glrt- glptt- glft- glimt- glagent- glcbt- glsoat- gloas- glffct- glrtr- glwt-",
        r"gl(?:pat|dt|rt|ptt|ft|imt|agent|cbt|soat|oas|ffct|rtr|wt)-[\w.-]{20,}",
    ),  # GitLab
    ("GR1348941", r"GR1348941[\w-]{20,}"),
    ("_gitlab_session=", r"_gitlab_session=[0-9a-z]{32}"),
    ("xox", r"xox[abeoprs]-(?:[A-Za-z0-9]+-)*[A-Za-z0-9]{10,}"),  # Slack
    ("xapp-", r"xapp-\d-[A-Za-z0-9]+-\d+-[A-Za-z0-9]{20,}"),
    ("xoxe", r"xoxe(?:\.xox[bp])?-\d-[A-Za-z0-9]{20,}"),
    ("xoxd-", r"xoxd-[\w%+/=-]{20,}"),
    ("AKIA ASIA ABIA ACCA A3T", r"(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"),  # Amazon Web Services
    ("AIza", r"AIza[\w-]{35}"),  # Google
    ("ya29.", r"ya29\.[\w-]{20,}"),
    ("GOCSPX-", r"GOCSPX-[\w-]{28}"),
    ("sk_ rk_ pk_", r"(?:sk|rk|pk)_(?:live|test|prod)_[A-Za-z0-9]{10,}"),  # Stripe
    ("whsec_", r"whsec_[A-Za-z0-9+/]{24,}={0,2}"),
    (
        "sk-",
        r"sk-(?=[\w-]{0,100}\d)(?=[\w-]{0,100}[A-Za-z])(?:[a-z]{2,8}-)?[A-Za-z0-9][\w-]{19,}",
    ),  # OpenAI and those who took its form
    ("npm_", r"npm_[A-Za-z0-9]{36}"),
    ("pypi-", r"pypi-[\w-]{50,}"),
    ("rubygems_", r"rubygems_[a-f0-9]{48}"),
    ("eyJ", r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),  # JSON Web Token
    (":AA", r"\d{8,10}:AA[\w-]{33}"),  # Telegram
    (".", r"[MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,38}"),  # Discord
    ("AC SK", r"(?:AC|SK)[0-9a-fA-F]{32}"),  # Twilio
    ("SG.", r"SG\.[\w-]{16,32}\.[\w-]{32,64}"),  # SendGrid
    ("key-", r"key-[0-9a-f]{32}"),  # Mailgun
    ("-us", r"[0-9a-f]{32}-us\d{1,2}"),  # Mailchimp
    ("_v1_", r"do[opr]_v1_[a-f0-9]{64}"),  # DigitalOcean
    ("hf_ api_org_", r"(?:hf|api_org)_[A-Za-z0-9]{34,}"),  # Hugging Face
    ("shp", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),  # Shopify
    ("sq0", r"sq0(?:atp|csp|idp)-[\w-]{22,60}"),  # Square
    ("ATATT3 ATCTT3", r"AT[AC]TT3[\w=-]{60,}"),  # Atlassian
    ("lin_", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}"),  # Linear
    ("ntn_ secret_", r"(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})"),  # Notion
    ("dapi", r"dapi[a-f0-9]{32}(?:-\d)?"),  # Databricks
    ("PMAK-", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),  # Postman
    ("sl.", r"sl\.[\w-]{130,}"),  # Dropbox
    ("glsa_ glc_", r"gl(?:sa|c)_[\w+/=]{32,}"),  # Grafana
    ("eyJrIjoi", r"eyJrIjoi[A-Za-z0-9]{50,}={0,3}"),
    ("hvs. hvb. hvr.", r"hv[sbr]\.[\w-]{24,}"),  # Vault
    ("dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9]{40,}"),  # Doppler
    (
        "NRAK- NRII- NRJS- NRAA- NRRA-",
        r"(?:NRAK-[A-Z0-9]{27}|NR(?:II|AA|RA)-[A-Za-z0-9-]{20,}|NRJS-[a-f0-9]{19})",
    ),  # New Relic
    ("EAA", r"EAA[A-Za-z][A-Za-z0-9]{60,}"),  # Facebook
    ("IGQV", r"IGQV[\w-]{60,}"),  # Instagram
    ("EAAA", r"EAAA[\w-]{60}"),
    ("|", r"\d{15,16}\|[\w-]{27,40}"),
    ("AAAAAAAAAA", r"A{20}(?=[A-Za-z%]*\d)[A-Za-z0-9%]{50,}"),  # X
    ("Q~", r"[\w~.]{3}\dQ~[\w.~-]{31,34}"),  # Azure, client secret
    ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    ("figd_", r"figd_[\w-]{40,}"),  # Figma
    ("pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),  # Airtable
    ("CFPAT-", r"CFPAT-[\w-]{43}"),  # Contentful
    ("dckr_", r"dckr_(?:pat|oat)_[\w-]{27,}"),  # Docker
    ("sntry", r"sntry[su]_[\w=/+-]{40,}"),  # Sentry
    ("phx_ phc_ phs_", r"ph[xcs]_[A-Za-z0-9]{40,}"),  # PostHog
    ("A3-", r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"),  # 1Password
    ("ops_eyJ", r"ops_eyJ[A-Za-z0-9+/=_-]{100,}"),
    ("p8e-", r"p8e-[A-Za-z0-9]{32}"),  # Adobe
    ("LTAI", r"LTAI[A-Za-z0-9]{12,24}"),  # Alibaba Cloud
    ("AKCp cmVmd", r"(?:AKCp[A-Za-z0-9]{69}|cmVmd[A-Za-z0-9]{59})"),  # Artifactory
    ("ABSK bedrock-api-key-", r"(?:ABSK[A-Za-z0-9+/]{60,}={0,2}|bedrock-api-key-[A-Za-z0-9+/=]{20,})"),
    ("4b1d", r"4b1d[A-Za-z0-9]{38}"),  # ClickHouse
    ("CLOJARS_", r"CLOJARS_[A-Za-z0-9]{60}"),
    ("v1.0-", r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}"),  # Cloudflare
    ("duffel_", r"duffel_(?:test|live)_[\w=-]{43}"),
    ("dt0c01. dt0s", r"dt0[a-z]\d\d\.[A-Z0-9a-z]{24}\.[A-Za-z0-9]{64}"),  # Dynatrace
    ("EZAK EZTK", r"EZ[AT]K[A-Za-z0-9]{54}"),  # EasyPost
    ("FLWSECK FLWPUBK", r"FLW(?:SEC|PUB)K(?:_TEST)?-[A-Za-z0-9-]{12,}"),  # Flutterwave
    ("fo1_ fm1 fm2_", r"(?:fo1_[\w-]{43}|fm(?:1[ar]|2)_[A-Za-z0-9+/]{60,}={0,3})"),  # Fly.io
    ("fio-u-", r"fio-u-[\w=-]{64}"),  # Frame.io
    ("pat. sat.", r"[ps]at\.[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}"),  # Harness
    (".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,}"),  # Terraform
    ("HRKU-", r"HRKU-[\w-]{36,}"),  # Heroku
    ("ico-", r"ico-[A-Za-z0-9]{32}"),  # Infracost
    ("s-s4t2", r"s-s4t2(?:ud|af)-[a-f0-9]{64}"),  # 42
    ("_mmk", r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),  # MaxMind
    ("API-", r"API-(?=[A-Z]{0,25}\d)[A-Z0-9]{26}"),  # Octopus Deploy
    ("sha256~", r"sha256~[\w-]{43}"),  # OpenShift
    ("pscale_", r"pscale_(?:tkn|oauth|pw)_[\w=.-]{32,}"),  # PlanetScale
    ("pnu_", r"pnu_[A-Za-z0-9]{36}"),  # Prefect
    ("pul-", r"pul-[a-f0-9]{40}"),  # Pulumi
    ("rdme_", r"rdme_[a-z0-9]{70}"),  # ReadMe
    ("tk-us-", r"tk-us-[\w-]{48}"),  # Scalingo
    ("xkeysib- xsmtpsib-", r"x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),  # Brevo
    ("sm_", r"sm_[aps]at_[A-Za-z0-9]{16,}"),  # SettleMint
    ("shippo_", r"shippo_(?:live|test)_[a-fA-F0-9]{40}"),
    ("sgp_", r"sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}"),  # Sourcegraph
    ("squ_ sqp_ sqa_", r"sq[upa]_[a-f0-9]{40}"),  # SonarQube
    ("tfp_", r"tfp_[\w=.-]{40,}"),  # Typeform
    ("AQVN t1.", r"(?:AQVN[\w-]{35,38}|t1\.[\w-]+={0,2}\.[\w-]{86}={0,2})"),  # Yandex
    ("pk. sk.", r"[ps]k\.[A-Za-z0-9_-]{50,}\.[\w-]{22}"),  # Mapbox
    ("pubkey-", r"pubkey-[0-9a-f]{32}"),
    (
        "access-",
        r"access-(?:sandbox|development|production)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),  # Plaid
    ("dnkey-", r"dnkey-[\w=-]{26}-[\w=-]{52}"),
    ("nfp_", r"nfp_[A-Za-z0-9]{36,}"),  # Netlify
    ("cfut_ cfat_ cfk_", r"cf(?:ut|at|k)_[\w-]{40,}"),
    ("vercel_ vc", r"(?:vercel_[\w]{24,}|vc[piark]_[\w]{24,})"),
    ("rnd_", r"rnd_[A-Za-z0-9]{28,}"),  # Render
    ("tskey-", r"tskey-[a-z]+-[A-Za-z0-9]{6,}(?:-[A-Za-z0-9]{16,})?"),  # Tailscale
    ("xai- gsk- fw_ tvly-", r"(?:xai|gsk|tvly)-[\w-]{20,}|fw_[A-Za-z0-9]{22,}"),
    ("AstraCS:", r"AstraCS:\w{20,}:\w{40,}"),
    ("pat-na1- pat-eu1-", r"pat-(?:na|eu)\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),  # HubSpot
    ("ddp_ ddapi", r"ddp_[A-Za-z0-9]{36}"),
    ("ATBB", r"ATBB[A-Za-z0-9]{28,}"),  # Bitbucket
    ("amzn.mws.", r"amzn\.mws\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("amzn1.oa2-cs.", r"amzn1\.oa2-cs\.v1\.[0-9a-f]{64}"),
    (
        "access_token$",
        r"access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}",
    ),  # PayPal, Braintree
    ("EAAAE", r"EAAAE[\w-]{20,}"),
    ("1//0", r"1//0[\w-]{40,}"),  # Google, refresh token
    ("PMAT-", r"PMAT-[A-Z0-9]{26}"),
    ("gho_ ghv_", r"ghv_[A-Za-z0-9]{36}"),
    ("oy2", r"oy2[a-z0-9]{43}"),  # NuGet
    ("cio", r"cio[A-Za-z0-9]{32}"),  # crates.io
    ("jfrog cmVm", r"cmVmdGtu[A-Za-z0-9]{40,}"),
    ("secret-token:", r"secret-token:[\w%.~-]{16,}"),  # RFC 8959
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
    ("logic.azure.com", r"logic\.azure\.com(?::\d+)?/workflows/\w+/\S{0,200}?sig=[\w%-]{20,}"),
    ("api.telegram.org/bot", r"api\.telegram\.org/bot\d{6,12}:[\w-]{30,}"),
    ("hooks.slack-gov.com", r"hooks\.slack-gov\.com/(?:services|workflows|triggers)/[\w/]{20,}"),
    ("maker.ifttt.com", r"maker\.ifttt\.com/trigger/[\w-]+/(?:json/)?with/key/[\w-]{20,}"),
    ("hook. make.com", r"hook\.[a-z0-9]+\.make\.com/[a-z0-9]{24,}"),
    ("X-Amz-Signature=", r"X-Amz-(?:Signature|Security-Token)=[\w%+/=-]{32,}"),
    (
        "?access_token= &access_token= ?token= &token= ?api_key= &api_key= ?key= &key=",
        r"(?<=[?&])(?:access_token|token|api_?key|key)=(?=[\w%.-]{0,60}\d)[\w%.-]{20,}",
    ),
    ("SharedAccessSignature", r"SharedAccessSignature=?sr=\S{20,}"),
    ("sig=", r"(?<=[?&])sig=[\w%+/-]{20,}"),  # Azure, shared access signature
)

FORMS = tuple(
    (tuple(hints.split(" ")), re.compile(rf"(?<![A-Za-z0-9_]){form}(?![A-Za-z0-9])"))
    for hints, form in _FORMS
)
"""(literal hints, compiled form) for each."""
