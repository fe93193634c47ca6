"""How an owner chooses a method in a test."""

from harness.world import Municipality


async def choose(town: Municipality, profile: str, *, consulted: bool = True) -> None:
    """The owner chooses a method."""
    owner = await town.someone("Eva Eier", role="owner")
    consultation = {"held_on": "2026-02-02", "parties": ["Utdanningsforbundet"], "note": "Enige."}
    chosen = await owner.post(
        "/v1/method-choices", {"profile": profile, **({"consultation": consultation} if consulted else {})}
    )
    assert chosen.status_code == 201, chosen.text
