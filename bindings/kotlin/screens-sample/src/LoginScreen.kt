// SPDX-License-Identifier: Apache-2.0

package org.keyward.sample

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.Button
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.PasswordVisualTransformation
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.launch

/** Three ways to a session. An app has one of its own. */
@Composable
fun LoginScreen(
    demo: Entered?,
    show: (Login) -> Unit,
) {
    var server by remember { mutableStateOf(demo?.server.orEmpty()) }
    var user by remember { mutableStateOf(demo?.user.orEmpty()) }
    var password by remember { mutableStateOf(demo?.password.orEmpty()) }
    var problem by remember { mutableStateOf<String?>(null) }
    var isBusy by remember { mutableStateOf(false) }
    val scope = rememberCoroutineScope()

    fun logIn(way: suspend (Entered) -> Login) {
        scope.launch {
            isBusy = true
            problem = null
            try {
                show(way(Entered(server, user, password)))
            } catch (error: CancellationException) {
                throw error
            } catch (error: Exception) {
                problem = error.message ?: error.toString()
            } finally {
                isBusy = false
            }
        }
    }
    Surface(Modifier.fillMaxSize()) {
        Column(Modifier.padding(24.dp), verticalArrangement = Arrangement.spacedBy(16.dp)) {
            Text("Keyward's screens", style = MaterialTheme.typography.headlineSmall)
            Text(if (demo == null) "Log in to see them." else "An account was made for you. Log in to see the screens.")
            OutlinedTextField(server, { server = it }, Modifier.fillMaxWidth(), label = { Text("Homeserver") }, singleLine = true)
            OutlinedTextField(user, { user = it }, Modifier.fillMaxWidth(), label = { Text("User") }, singleLine = true)
            OutlinedTextField(
                password,
                { password = it },
                Modifier.fillMaxWidth(),
                label = { Text("Password") },
                visualTransformation = PasswordVisualTransformation(),
                singleLine = true,
            )
            Button({ logIn(Login::withPassword) }, Modifier.fillMaxWidth(), !isBusy) { Text("Log in with the password") }
            OutlinedButton({ logIn(Login::inBrowser) }, Modifier.fillMaxWidth(), !isBusy) { Text("Log in with a browser") }
            OutlinedButton({ logIn(Login::onTrixnity) }, Modifier.fillMaxWidth(), !isBusy) { Text("Log in on Trixnity and attach") }
            if (isBusy) LinearProgressIndicator(Modifier.fillMaxWidth())
            problem?.let { Text(it, color = MaterialTheme.colorScheme.error) }
        }
    }
}
