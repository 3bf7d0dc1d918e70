"""How personal data looks unless somebody has a reason to see it whole (DOMAIN §9)."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """张三 → 张*, 李小敏 → 李*敏, 欧阳小明 → 欧**明. Names of enterprises are public and are not masked."""
    name = name.strip()
    if len(name) <= 1:
        return name
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_id(number: str) -> str:
    """First six and last four of an 18-digit number; of a shorter one the ends that leave half hidden."""
    if len(number) >= 15:
        return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
    shown = len(number) // 4
    return f"{number[:shown]}{'*' * (len(number) - 2 * shown)}{number[len(number) - shown :]}"


def mask_phone(phone: str) -> str:
    """138****3210; of a shorter or longer number the last four after as many asterisks."""
    if len(phone) == 11:
        return f"{phone[:3]}****{phone[-4:]}"
    if len(phone) <= 4:
        return "*" * len(phone)
    return f"{'*' * (len(phone) - 4)}{phone[-4:]}"
