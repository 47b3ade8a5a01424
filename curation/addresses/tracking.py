"""Query parameters that say how a reader came, not what the page is.

A table of our own, gathered from the documentation of the advertising, mail and analytics tools that add them.
"""

from __future__ import annotations

from functools import lru_cache

_PREFIXES = (
    "utm_", "mtm_", "matomo_", "piwik_", "pk_", "hsa_", "_hs", "oly_", "vero_", "at_custom", "at_medium",
    "at_campaign", "wt_", "stm_", "itm_", "cm_mmc", "guce_", "__cft__", "__hs","vgo_",
)  # fmt: skip

_NAMES = """
    fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid msclkid yclid ymclid ysclid twclid ttclid
    li_fat_id igshid igsh mibextid mc_cid mc_eid mc_tc mkt_tok _ga _gl _ke _kx _bta_tid _bta_c trk_contact trk_msg
    trk_module trk_sid s_kwcid ef_id s_cid cmpid ncid spm scm xtor _openstat rb_clickid epik srsltid hss_channel
    guccounter ref_src ref_url __twitter_impression __s __tn__ ck_subscriber_id elqtrackid elqtrack elqaid elqat
    elqcampaignid elq sfmc_sub sfmc_id sc_cid sc_channel sc_campaign et_rid dm_i dm_t pd_cid ml_subscriber
ml_subscriber_hash sb_ref
"""
_ANYWHERE = frozenset(_NAMES.split())

_AT_HOST = {
    "amazon": "ref ref_ tag pf_rd_p pf_rd_r pd_rd_w pd_rd_wg pd_rd_r pd_rd_i qid sr keywords psc th linkcode linkid",
    "bbc.co.uk": "ocid xtor",
    "coursera.org": "ranmid raneaid ransiteid siteid irclickid irgwc edocomorp coursera_source",
    "dev.to": "ref",
    "edx.org": "irclickid irgwc source",
    "facebook.com": "ref refid sfnsn extid rdid share_url hc_ref fref",
    "github.com": "ref_cta ref_loc ref_page",
    "hackernoon.com": "ref source",
    "instagram.com": "hl img_index",
    "linkedin.com": (
        "trk trkinfo trackingid lipi lici midtoken midsig rcm originalsubdomain originaltrackingid refid "
        "u src veh eid otptoken rc"
    ),
    "medium.com": "source sk gi",
    "nytimes.com": "smid smtyp partner emc rss referringsource",
    "open.spotify.com": "si context pt dl_branch nd",
    "producthunt.com": "ref",
    "reddit.com": "ref ref_source share_id rdt context st sh correlation_id",
    "stackoverflow.com": "r s noredirect lq",
    "substack.com": "r s ref isfreemail triedredirect publication_id post_id",
    "ted.com": "referrer language",
    "tiktok.com": "_t _r is_from_webapp sender_device is_copy_url web_id share_app_id lang",
    "towardsdatascience.com": "source sk gi",
    "udemy.com": "couponcode referralcode ranmid raneaid ransiteid lsnid irclickid",
    "vimeo.com": "share fl fe turnstile",
    "x.com": "s t ref_src cxt",
    "youtube.com": "si feature ab_channel pp app gclid kw cbrd ucbcb embeds_referring_euri source_ve_path",
}  # fmt: skip
_BY_HOST = {host: frozenset(names.split()) for host, names in _AT_HOST.items()}
_NONE: frozenset[str] = frozenset()


def is_tracking(name: str, of_host: frozenset[str]) -> bool:
    """Whether a parameter only tracks; `of_host` as `tracking_of` gives it."""
    lower = name.lower()
    return lower in _ANYWHERE or lower in of_host or lower.startswith(_PREFIXES)


@lru_cache(maxsize=1024)
def tracking_of(host: str) -> frozenset[str]:
    """The names that track at this host, beside those that do anywhere."""
    bare = host.removeprefix("www.")
    if bare.startswith(("amazon.", "smile.amazon.")):
        return _BY_HOST["amazon"]
    return _BY_HOST.get(bare) or _BY_HOST.get(bare.partition(".")[2], _NONE)
