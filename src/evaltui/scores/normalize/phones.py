"""Owns reading telephone numbers."""

from typing import Any

from evaltui.scores.normalize.kinds import NotNormal, short_text


def phone(value: Any, region: str | None = None) -> str | NotNormal:
    """A telephone number as +CC…; numbers without a country code need a region, as in phone:DE."""
    text = short_text(value)
    if text is None:
        return NotNormal("not a telephone number")
    import phonenumbers

    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return NotNormal("not a telephone number" if region else "not a telephone number with its country code")
    if not phonenumbers.is_possible_number(parsed):
        return NotNormal("not a possible telephone number")
    extension = f";ext={parsed.extension}" if parsed.extension else ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) + extension


def is_region(code: str) -> bool:
    """Whether `code` is a country the library knows, such as DE."""
    import phonenumbers

    return code in phonenumbers.SUPPORTED_REGIONS
