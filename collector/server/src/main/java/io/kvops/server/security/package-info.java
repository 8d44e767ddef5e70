/**
 * Who may do what: access tokens with roles, sessions of browsers, the limit on failed logins. Entry class: {@link
 * io.kvops.server.security.Gate}. Knows nothing of HTTP; any thread may call.
 */
@NullMarked
package io.kvops.server.security;

import org.jspecify.annotations.NullMarked;
