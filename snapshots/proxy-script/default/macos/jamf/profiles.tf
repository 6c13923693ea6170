resource "jamfpro_macos_configuration_profile_plist" "settings" {
  name                = "Docker Desktop policy (default)"
  description         = "Docker Desktop for O'Reilly & Søns <\"north\"> 😀 ]]> $(id) $${x} %%{y}, ring=default policy=18a6a2a5c327c67b"
  level               = "System"
  distribution_method = "Install Automatically"
  redeploy_on_update  = "All"
  user_removable      = false
  payloads            = file("${path.module}/docker-desktop.mobileconfig")
  # The provider's own check wants the identifier to be the UUID; ours says whose profile it is.
  payload_validate = false

  scope {
    all_computers      = false
    computer_group_ids = [var.computer_group_id]
  }
}

resource "jamfpro_macos_configuration_profile_plist" "login_items" {
  name                = "Docker Desktop login items (default)"
  description         = "Docker Desktop for O'Reilly & Søns <\"north\"> 😀 ]]> $(id) $${x} %%{y}, ring=default policy=18a6a2a5c327c67b"
  level               = "System"
  distribution_method = "Install Automatically"
  redeploy_on_update  = "All"
  user_removable      = false
  payloads            = file("${path.module}/docker-desktop-login-items.mobileconfig")
  # The provider's own check wants the identifier to be the UUID; ours says whose profile it is.
  payload_validate = false

  scope {
    all_computers      = false
    computer_group_ids = [var.computer_group_id]
  }
}

resource "jamfpro_macos_configuration_profile_plist" "notifications" {
  name                = "Docker Desktop notifications (default)"
  description         = "Docker Desktop for O'Reilly & Søns <\"north\"> 😀 ]]> $(id) $${x} %%{y}, ring=default policy=18a6a2a5c327c67b"
  level               = "System"
  distribution_method = "Install Automatically"
  redeploy_on_update  = "All"
  user_removable      = false
  payloads            = file("${path.module}/docker-desktop-notifications.mobileconfig")
  # The provider's own check wants the identifier to be the UUID; ours says whose profile it is.
  payload_validate = false

  scope {
    all_computers      = false
    computer_group_ids = [var.computer_group_id]
  }
}

resource "jamfpro_macos_configuration_profile_plist" "file_access" {
  name                = "Docker Desktop file access (default)"
  description         = "Docker Desktop for O'Reilly & Søns <\"north\"> 😀 ]]> $(id) $${x} %%{y}, ring=default policy=18a6a2a5c327c67b"
  level               = "System"
  distribution_method = "Install Automatically"
  redeploy_on_update  = "All"
  user_removable      = false
  payloads            = file("${path.module}/docker-desktop-file-access.mobileconfig")
  # The provider's own check wants the identifier to be the UUID; ours says whose profile it is.
  payload_validate = false

  scope {
    all_computers      = false
    computer_group_ids = [var.computer_group_id]
  }
}
