package io.kvops.server;

import io.kvops.history.HistoryException;
import io.kvops.ingest.IngestException;
import io.kvops.server.http.HttpConfig;
import java.io.IOException;
import java.net.BindException;

/** Turns what the parts throw at the start into the collector's own exception. */
final class StartFailure {
    private StartFailure() {}

    /** What stopped the start, with the kind that says what to do. */
    static OpsException of(Exception e) {
        if (e instanceof OpsException ops) {
            return ops;
        }
        if (e instanceof HistoryException history) {
            OpsException.Kind kind = switch (history.kind()) {
                case LOCKED, DISK, NEWER, DAMAGED -> OpsException.Kind.DATA_FOLDER;
                case QUERY, LIMIT, FAILED -> OpsException.Kind.FAILED;
            };
            return new OpsException(kind, String.valueOf(e.getMessage()), e);
        }
        if (!(e instanceof IngestException ingest)) {
            return new OpsException(OpsException.Kind.FAILED, "the collector did not start: " + e.getMessage(), e);
        }
        OpsException.Kind kind = switch (ingest.kind()) {
            case EXPOSED, TLS -> OpsException.Kind.CONFIG;
            case PORT_IN_USE -> OpsException.Kind.PORT_IN_USE;
            case UNWRITABLE, LOCKED -> OpsException.Kind.DATA_FOLDER;
            case BIND, JOURNAL -> OpsException.Kind.FAILED;
        };
        String where = ingest.kind() == IngestException.Kind.TLS ? "ingest." : "";
        return new OpsException(kind, where + e.getMessage(), e);
    }

    static OpsException ofHttp(IOException e, HttpConfig http) {
        String place = "http: can't listen on " + http.host() + ":" + http.port() + " (" + e.getMessage();
        if (e instanceof BindException) {
            return new OpsException(
                    OpsException.Kind.PORT_IN_USE,
                    place + "); stop what listens there or choose another with --http-port P",
                    e);
        }
        String message = String.valueOf(e.getMessage());
        return message.startsWith("http.tls")
                ? new OpsException(OpsException.Kind.CONFIG, message, e)
                : new OpsException(OpsException.Kind.FAILED, place + ")", e);
    }
}
