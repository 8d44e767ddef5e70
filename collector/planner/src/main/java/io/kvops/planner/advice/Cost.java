package io.kvops.planner.advice;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What something costs, to the cent, rounded half up once, at the end.
 *
 * @param perMonth of the catalog's hours
 * @param perYear likewise
 * @param currency of both
 */
public record Cost(BigDecimal perMonth, BigDecimal perYear, String currency) {

    static Cost of(BigDecimal perHour, int machines, Catalog catalog) {
        BigDecimal hour = perHour.multiply(BigDecimal.valueOf(machines));
        return new Cost(
                cents(hour.multiply(BigDecimal.valueOf(catalog.hoursPerMonth()))),
                cents(hour.multiply(BigDecimal.valueOf(catalog.hoursPerYear()))),
                catalog.currency());
    }

    /** By how much this is more than another; negative if it is less. */
    public Cost minus(Cost other) {
        return new Cost(perMonth.subtract(other.perMonth), perYear.subtract(other.perYear), currency);
    }

    private static BigDecimal cents(BigDecimal amount) {
        return amount.setScale(2, RoundingMode.HALF_UP);
    }

    @Override
    public String toString() {
        return perMonth.toPlainString() + " " + currency + " a month, " + perYear.toPlainString() + " a year";
    }
}
