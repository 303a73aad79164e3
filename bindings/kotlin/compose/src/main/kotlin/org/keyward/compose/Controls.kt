// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.Button
import androidx.compose.material3.ButtonDefaults
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Switch
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.input.PasswordVisualTransformation
import androidx.compose.ui.text.input.VisualTransformation
import androidx.compose.ui.unit.dp
import org.keyward.ScreenAction
import org.keyward.ScreenActionId
import org.keyward.ScreenField
import org.keyward.ScreenFieldKind
import org.keyward.ScreenRole

/** Something to type or to choose. */
@Composable
internal fun Field(
    field: ScreenField,
    input: ScreenInput,
    isEnabled: Boolean,
) {
    when (field.kind) {
        ScreenFieldKind.SWITCH -> SwitchField(field, input, isEnabled)
        ScreenFieldKind.TEXT, ScreenFieldKind.SECRET -> TextField(field, input, isEnabled)
    }
}

@Composable
private fun TextField(
    field: ScreenField,
    input: ScreenInput,
    isEnabled: Boolean,
) {
    val isSecret = field.kind == ScreenFieldKind.SECRET
    OutlinedTextField(
        value = input.text(field.id),
        onValueChange = { input.type(field.id, it) },
        modifier = Modifier.fillMaxWidth(),
        enabled = isEnabled,
        label = { Text(field.label) },
        supportingText = field.hint?.let { hint -> { Text(hint) } },
        visualTransformation = if (isSecret) PasswordVisualTransformation() else VisualTransformation.None,
        // A keyboard learns no password.
        keyboardOptions = KeyboardOptions(keyboardType = if (isSecret) KeyboardType.Password else KeyboardType.Text),
        singleLine = true,
    )
}

@Composable
private fun SwitchField(
    field: ScreenField,
    input: ScreenInput,
    isEnabled: Boolean,
) {
    val isOn = input.isOn(field.id)
    // The whole row is one control, which has the label.
    Row(
        Modifier
            .fillMaxWidth()
            .toggleable(isOn, isEnabled, Role.Switch) { input.switch(field.id, it) }
            .heightIn(min = TOUCHABLE),
        horizontalArrangement = Arrangement.spacedBy(GAP),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Column(Modifier.weight(1f)) {
            Text(field.label)
            field.hint?.let { Text(it, style = MaterialTheme.typography.bodySmall) }
        }
        Switch(isOn, onCheckedChange = null, enabled = isEnabled)
    }
}

/** What can be done, in its order. While something is, only what [isBusy] does not stop. */
@Composable
internal fun Actions(
    actions: List<ScreenAction>,
    isBusy: Boolean,
    act: (ScreenActionId) -> Unit,
) {
    Column(verticalArrangement = Arrangement.spacedBy(SMALL_GAP)) {
        actions.forEach { action ->
            val isEnabled = action.enabled && (!isBusy || action.id in ScreenModel.WHILE_BUSY)
            RoleButton(action.label, action.role, { act(action.id) }, isEnabled)
        }
    }
}

/**
 * A button as what it does wants it.
 *
 * @param isLoud whether something destructive may fill its button. It does not beside what is smaller.
 */
@Composable
internal fun RoleButton(
    label: String,
    role: ScreenRole,
    onClick: () -> Unit,
    isEnabled: Boolean = true,
    isLoud: Boolean = true,
) {
    val modifier = Modifier.fillMaxWidth().heightIn(min = TOUCHABLE)
    val colours = MaterialTheme.colorScheme
    when (role) {
        ScreenRole.PRIMARY -> Button(onClick, modifier, isEnabled) { Text(label) }
        ScreenRole.SECONDARY -> OutlinedButton(onClick, modifier, isEnabled) { Text(label) }
        ScreenRole.DESTRUCTIVE ->
            if (isLoud) {
                Button(onClick, modifier, isEnabled, colors = ButtonDefaults.buttonColors(colours.error, colours.onError)) { Text(label) }
            } else {
                OutlinedButton(onClick, modifier, isEnabled, colors = ButtonDefaults.outlinedButtonColors(contentColor = colours.error)) {
                    Text(label)
                }
            }
    }
}

/** What a finger hits. */
internal val TOUCHABLE = 48.dp
