package io.kvops.history;

import java.util.HashSet;
import java.util.Set;

/**
 * Functions that a query of a user may call. The database counts what its operators and aggregates hold, but neither the
 * values that an expression makes nor the time that one call takes; so all is refused but what is known to make values no
 * larger than those it gets, at once.
 */
final class SqlFunctions {
    /** Most steps by which values may grow: each can double what the one before it made. */
    static final int MAX_GROWTH = 16;

    private static final Set<String> AGGREGATES =
            words("any_value approx_count_distinct approx_quantile arbitrary arg_max"
                    + " arg_min argmax argmin avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif"
                    + " covar_pop covar_samp favg first fsum kahan_sum kurtosis kurtosis_pop last mad max max_by mean median min"
                    + " min_by percentile product quantile quantile_cont quantile_disc regr_avgx regr_avgy regr_count"
                    + " regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev stddev_pop stddev_samp"
                    + " sum sumkahan var_pop var_samp variance");

    /** One value of many. As windows they would make it anew for each row. */
    private static final Set<String> COLLECTING = words("array_agg group_concat list listagg string_agg");

    private static final Set<String> WINDOWS =
            words("cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank rank_dense"
                    + " row_number");

    private static final Set<String> NUMBERS = words("!= % & * ** - / // < << <= <> = > >= >> @ ^ | ~ abs acos add asin"
            + " atan atan2 bit_count cbrt ceil ceiling cos cot degrees divide even exp floor gcd greatest if isfinite"
            + " isinf isnan lcm least ln log log10 log2 mod multiply pi pow power radians random round round_even sign"
            + " sin sqrt subtract tan trunc xor");

    private static final Set<String> TEXTS = words("!~~ !~~* -> ->> ^@ ~~ ~~* ~~~ array_to_string ascii char_length"
            + " character_length chr contains damerau_levenshtein decode ends_with format_bytes hamming hash"
            + " ilike_escape instr jaccard jaro_similarity jaro_winkler_similarity json_array_length json_exists"
            + " json_extract json_extract_path json_extract_path_text json_extract_string json_keys json_type json_valid"
            + " json_value lcase left len length levenshtein like_escape lower ltrim md5 not_ilike_escape not_like_escape"
            + " octet_length ord position prefix regexp_extract regexp_full_match regexp_matches regexp_split_to_array"
            + " reverse right rtrim sha256 split split_part starts_with str_split string_split string_to_array"
            + " strip_accents strlen strpos substr substring suffix translate trim typeof ucase unhex unicode upper");

    private static final Set<String> TIMES =
            words("age century date_diff date_part date_sub date_trunc datediff datepart"
                    + " datesub datetrunc day dayname dayofmonth dayofweek dayofyear decade epoch epoch_ms epoch_ns epoch_us"
                    + " get_current_timestamp hour isodow isoyear last_day make_date make_time make_timestamp microsecond"
                    + " millisecond minute month monthname now quarter second strftime strptime time_bucket timezone to_days"
                    + " to_hours to_microseconds to_milliseconds to_minutes to_months to_seconds to_timestamp to_weeks to_years"
                    + " today try_strptime week weekday weekofyear year yearweek");

    private static final Set<String> LISTS = words("&& <@ @> array_contains array_extract array_has array_length"
            + " array_slice element_at list_avg list_contains list_count list_distinct list_element list_extract list_has"
            + " list_has_all list_has_any list_max list_min list_position list_reverse_sort list_slice list_sort list_sum"
            + " list_unique map_extract map_keys map_values struct_extract unnest");

    /** What makes more of what it gets. {@code +} joins lists, {@code nullif} is written out with its first argument twice. */
    private static final Set<String> GROWING = words("+ || concat concat_ws hex list_value nullif row struct_pack");

    private static final Set<String> ALLOWED = new HashSet<>();

    static {
        for (Set<String> some : Set.of(AGGREGATES, COLLECTING, WINDOWS, NUMBERS, TEXTS, TIMES, LISTS, GROWING)) {
            ALLOWED.addAll(some);
        }
    }

    private SqlFunctions() {}

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }

    static boolean isAllowed(String name, boolean window) {
        return ALLOWED.contains(name) && !(window && COLLECTING.contains(name));
    }

    /** By how many steps a call lets values grow. */
    static int growth(String name, int arguments) {
        return GROWING.contains(name) ? Math.max(1, arguments - 1) : 0;
    }
}
