package io.kvops.agent.core;

import io.kvops.agent.core.Endpoints.Endpoint;
import io.kvops.agent.core.OpNames.OpName;
import io.kvops.wire.SeriesKey;

/** Turns numbers back into names. */
final class SeriesKeys {
    private SeriesKeys() {}

    static SeriesKey of(long series, Names names) {
        Endpoint endpoint = names.endpoints.get(SeriesIds.endpoint(series));
        OpName op = names.ops.get(SeriesIds.op(series));
        return new SeriesKey(
                endpoint.store,
                endpoint.where,
                op.name,
                op.opClass(endpoint),
                names.patterns.text(SeriesIds.pattern(series)),
                SeriesIds.internal(series));
    }
}
