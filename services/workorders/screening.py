"""What in words that others will read leads to a person: as the vault knows the people of a request, and by shape."""

from services.workorders.groups.rules.publishable import Leak, leaks_in
from shared.kernel import Context, RequestId
from shared.web import Vault


async def leaks_of(vault: Vault, text: str, request_id: RequestId, context: Context) -> tuple[Leak, ...]:
    known = await vault.mentioned(context, text, request_id=request_id)
    told = {Leak.NAME: known.name, Leak.PHONE: known.phone, Leak.ID_NUMBER: known.id_number}
    return tuple(sorted({*leaks_in(text), *(leak for leak, stands in told.items() if stands)}))
