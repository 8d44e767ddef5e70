package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;

/** Binary: checksummed and packed blocks with an index, as KVB.md specifies them. */
public final class KvbFormat implements DataFormat {
    private static final int BLOCK_BYTES = 256 << 10;
    private static final SecureRandom IDS = new SecureRandom();

    @Override
    public String name() {
        return "kvb";
    }

    @Override
    public Set<String> extensions() {
        return Set.of("kvb");
    }

    @Override
    public Match match(byte[] head) {
        return Heads.begins(head, KvbLayout.MAGIC) ? Match.YES : Match.NO;
    }

    @Override
    public boolean packsBlocks() {
        return true;
    }

    @Override
    public FormatWriter writer(OutputStream out, String name, PackOptions blocks) throws IOException {
        return new KvbWriter(KvbOutput.begin(out, blocks, IDS.nextLong()), name, BLOCK_BYTES, 0);
    }

    @Override
    public FormatWriter resume(OutputStream out, String name, PackOptions blocks, String checkpoint)
            throws StoreException, IOException {
        String[] words = checkpoint.split(" ", -1);
        try {
            KvbOutput to = KvbOutput.resume(out, blocks, Arrays.copyOfRange(words, 1, words.length));
            return new KvbWriter(to, name, BLOCK_BYTES, Long.parseLong(words[0]));
        } catch (IllegalArgumentException | DamagedException e) {
            throw StreamFormat.nonsense(name, e);
        }
    }

    @Override
    public FormatReader reader(InputStream in, String name, FileReadOptions options) {
        return new KvbReader(new KvbInput(in, options.limits()), true, name, options);
    }

    @Override
    public FileIndex index(SeekableByteChannel file, String name) throws StoreException, IOException {
        try {
            return KvbIndex.read(file);
        } catch (DamagedException e) {
            throw new StoreException(
                    Kind.DAMAGED,
                    name + ", index: " + e.getMessage() + "; use a sound copy, or read it with damage left out (skip)",
                    e);
        }
    }

    @Override
    public FormatReader reader(
            InputStream in, FileIndex.Place from, FileIndex.Place until, String name, FileReadOptions options) {
        return new KvbReader(new KvbInput(in, options.limits(), from.offset(), until.offset()), false, name, options);
    }
}
