package io.kvops.analyzer;

import io.kvops.history.History;
import io.kvops.history.HistoryException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A real history whose disk is full now and then, or that fails otherwise. */
final class FailingHistory {
    final AtomicReference<String> fullDisk = new AtomicReference<>("");

    /** A method that throws what no history should; empty: none. */
    final AtomicReference<String> broken = new AtomicReference<>("");

    /** Questions about operations that failed, as if memory ran out; none fails while it is negative. */
    final AtomicInteger unanswered = new AtomicInteger(-1);

    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger written = new AtomicInteger();
    final History history;

    FailingHistory(History real) {
        history = (History) Proxy.newProxyInstance(
                History.class.getClassLoader(), new Class<?>[] {History.class}, (proxy, method, arguments) -> {
                    boolean commit = method.getName().equals("commit");
                    String problem = fullDisk.get();
                    if (commit && !problem.isEmpty()) {
                        refused.incrementAndGet();
                        throw new HistoryException(HistoryException.Kind.DISK, problem, null);
                    }
                    if (method.getName().equals("ops") && unanswered.get() >= 0) {
                        unanswered.incrementAndGet();
                        throw new HistoryException(HistoryException.Kind.FAILED, "out of memory", null);
                    }
                    if (method.getName().equals(broken.get())) {
                        throw new IllegalStateException("broken");
                    }
                    try {
                        Object answer = method.invoke(real, arguments);
                        written.addAndGet(commit ? 1 : 0);
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
