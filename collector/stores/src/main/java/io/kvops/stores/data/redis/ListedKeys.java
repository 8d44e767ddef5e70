package io.kvops.stores.data.redis;

import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Keys that somebody named. */
final class ListedKeys implements KeySource {
    private static final int PAGE = 256;

    private final List<Slice> keys;
    private int asked;
    private int answered;

    ListedKeys(List<Slice> keys) {
        this.keys = keys;
    }

    @Override
    public boolean more() {
        return asked < keys.size();
    }

    @Override
    public void ask(RespOutput out) {
        asked = Math.min(keys.size(), asked + PAGE);
    }

    @Override
    public Page answer(RespInput in, Predicate<Slice> wanted) {
        List<byte[]> page = new ArrayList<>();
        int end = Math.min(keys.size(), answered + PAGE);
        for (; answered < end; answered++) {
            if (wanted.test(keys.get(answered))) {
                page.add(keys.get(answered).toBytes());
            }
        }
        return new Page(page, start());
    }

    @Override
    public String start() {
        return ScanKeys.END;
    }

    @Override
    public ScanPart rest(List<byte[]> left, String before, String after) {
        return new ScanPart(ScanKeys.END);
    }
}
