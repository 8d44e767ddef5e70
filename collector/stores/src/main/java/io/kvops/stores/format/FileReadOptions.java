package io.kvops.stores.format;

import java.util.Objects;

/**
 * How to read a file.
 *
 * @param damage what to do where its bytes are not what they have to be
 * @param limits what reading may cost
 */
public record FileReadOptions(Damage damage, ReadLimits limits) {
    public FileReadOptions {
        Objects.requireNonNull(damage, "damage");
        Objects.requireNonNull(limits, "limits");
    }

    /** Fails at the first damage, within the default limits. */
    public static FileReadOptions strict() {
        return new FileReadOptions(Damage.FAIL, ReadLimits.defaults());
    }

    /** Reads what can be read, and lists the rest, within the default limits. */
    public static FileReadOptions recovering() {
        return new FileReadOptions(Damage.SKIP, ReadLimits.defaults());
    }

    /** What to do with a line, message or block that is damaged, and with a file that has no end. */
    public enum Damage {
        /** Reading fails there, saying where. */
        FAIL,
        /** It is left out, with the record it belongs to, and listed; reading goes on where that can be done. */
        SKIP
    }
}
