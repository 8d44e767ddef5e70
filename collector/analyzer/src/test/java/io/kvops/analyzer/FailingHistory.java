package io.kvops.analyzer;

import io.kvops.history.History;
import io.kvops.history.HistoryException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A real history whose disk is full now and then. */
final class FailingHistory {
    final AtomicReference<String> fullDisk = new AtomicReference<>("");
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
