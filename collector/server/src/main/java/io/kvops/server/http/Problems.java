package io.kvops.server.http;

import io.kvops.analyzer.AnalyzerException;
import io.kvops.history.HistoryException;
import io.kvops.migration.MigrationException;
import io.kvops.tasks.TaskException;
import java.util.Optional;

/** What failures inside mean for who asked. */
final class Problems {
    private Problems() {}

    /** Empty: a fault of the collector, for its log. */
    static Optional<Problem> of(Throwable failure) {
        if (failure instanceof AnalyzerException analyzer) {
            // what the history said of it is in the message already
            return Optional.of(Problem.of(
                    switch (analyzer.kind()) {
                        case LIMIT -> 422;
                        case HISTORY -> 503;
                    },
                    String.valueOf(analyzer.getMessage())));
        }
        if (failure instanceof TaskException task) {
            return Optional.of(Problem.of(
                    switch (task.kind()) {
                        case UNKNOWN -> 404;
                        case OVERLAP, STATE -> 409;
                        case FULL -> 429;
                        case DISK, DAMAGED, CLOSED -> 503;
                    },
                    String.valueOf(task.getMessage())));
        }
        if (failure instanceof MigrationException migration) {
            return Optional.of(Problem.of(
                    switch (migration.kind()) {
                        case JOB -> 400;
                        case STATE -> 409;
                        case STORE -> 422;
                    },
                    String.valueOf(migration.getMessage())));
        }
        if (!(failure instanceof HistoryException history)) {
            return Optional.empty();
        }
        String detail = String.valueOf(history.getMessage());
        return Optional.of(
                switch (history.kind()) {
                    case QUERY -> Problem.of(400, detail);
                    case LIMIT -> Problem.of(422, detail);
                    case NEWER, DAMAGED, LOCKED, DISK, FAILED -> Problem.of(503, detail);
                });
    }
}
