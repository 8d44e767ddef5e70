package io.kvops.history;

final class InMemoryHistoryTest extends HistoryContract {
    @Override
    History open() throws Exception {
        return Histories.inMemory(clock);
    }
}
