"""Use alloc inside another program: a thread, progress, a stop button, and JSON in and out."""

import json
import threading

import alloc
from alloc.synthetic import synthetic_model, synthetic_region

region = synthetic_region(3, n_places=8, n_facilities=5, n_modalities=2, n_specialists=6, n_conditions=2)
model = synthetic_model(region)
stop = alloc.CancelToken()
answer: dict[str, str] = {}


def show(event) -> None:
    """Called about four times a second and at each better plan."""
    if event.stage == "finished":
        gap = "unknown" if event.gap is None else f"{event.gap:.2%}"
        print(f"{event.goal}: gap {gap} after {event.seconds:.1f} s")


def work() -> None:
    """What a web server's worker would do: text in, text out, errors as data."""
    try:
        facts = alloc.Region.model_validate_json(region.model_dump_json())
        plan = alloc.solve(facts, model, progress=show, cancel=stop, time_limit_s=2)
        answer["plan"] = plan.to_json()
    except alloc.AllocError as error:
        answer["error"] = json.dumps(error.as_dict("en"))


worker = threading.Thread(target=work)
worker.start()
worker.join(timeout=8)
stop.cancel()  # the stop button: the best plan so far is kept; harmless when the work is done
worker.join()

if "plan" in answer:
    plan = alloc.Plan.from_json(answer["plan"])
    print(plan.status, plan.holding, plan.gap, sorted(json.loads(answer["plan"])))
else:
    print(answer["error"])
