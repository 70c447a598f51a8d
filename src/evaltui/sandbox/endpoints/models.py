"""GET /v1/models and /v1/models/{id}."""

from starlette.requests import Request
from starlette.responses import Response

from evaltui.sandbox.catalogue import MODELS, describe
from evaltui.sandbox.endpoints.shared import listing, page
from evaltui.sandbox.errors import not_found
from evaltui.sandbox.responses import json_response


async def list_models(request: Request) -> Response:
    rows, has_more = page(request, list(MODELS.values()), lambda facts: facts.id)
    return json_response(listing([describe(facts) for facts in rows], has_more))


async def retrieve_model(request: Request) -> Response:
    name = request.path_params["model_id"]
    if name not in MODELS:
        raise not_found(f"model: {name}")
    return json_response(describe(MODELS[name]))
