"""Which path leads to which endpoint."""

from starlette.routing import Route, Router

from evaltui.sandbox.endpoints import batches, control, messages, models, results

_BATCHES = "/v1/messages/batches"


def router() -> Router:
    return Router(
        [
            Route(_BATCHES, batches.create, methods=["POST"]),
            Route(_BATCHES, batches.list_batches, methods=["GET"]),
            Route(f"{_BATCHES}/{{batch_id}}", batches.retrieve, methods=["GET"]),
            Route(f"{_BATCHES}/{{batch_id}}", batches.delete, methods=["DELETE"]),
            Route(f"{_BATCHES}/{{batch_id}}/cancel", batches.cancel, methods=["POST"]),
            Route(f"{_BATCHES}/{{batch_id}}/results", results.results, methods=["GET"], name="results"),
            Route("/v1/messages", messages.create_message, methods=["POST"]),
            Route("/v1/messages/count_tokens", messages.count_tokens, methods=["POST"]),
            Route("/v1/models", models.list_models, methods=["GET"]),
            Route("/v1/models/{model_id}", models.retrieve_model, methods=["GET"]),
            Route("/_sandbox", control.show, methods=["GET"]),
            Route("/_sandbox/clock", control.move_clock, methods=["POST"]),
        ],
        redirect_slashes=False,
    )
