// SPDX-License-Identifier: Apache-2.0

package org.keyward.sample

import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.unit.DpSize
import androidx.compose.ui.unit.dp
import androidx.compose.ui.window.Window
import androidx.compose.ui.window.application
import androidx.compose.ui.window.rememberWindowState
import kotlinx.coroutines.runBlocking
import org.keyward.compose.KeywardSecurity
import org.keyward.compose.Place

/** The screens in a window, and before them a login. `cargo xtask screens` starts it. */
fun main() {
    val demo = DemoAccount.make()
    application {
        var login by remember { mutableStateOf<Login?>(null) }

        fun logOut() {
            runBlocking { login?.end() }
            login = null
        }
        Window(
            onCloseRequest = {
                logOut()
                exitApplication()
            },
            title = "Keyward",
            state = rememberWindowState(size = DpSize(480.dp, 860.dp)),
        ) {
            MaterialTheme {
                when (val shown = login) {
                    null -> LoginScreen(demo) { login = it }
                    else -> KeywardSecurity(shown.account) { place -> if (place in ENDS) logOut() }
                }
            }
        }
    }
}

/** Leaving the first screen, or this session, ends the login: the sample is nothing but these screens. */
private val ENDS = setOf(Place.Back, Place.LogOut, Place.LogInAgain)
