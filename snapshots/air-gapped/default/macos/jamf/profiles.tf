resource "jamfpro_macos_configuration_profile_plist" "settings" {
  name                = "Docker Desktop policy (default)"
  description         = "Docker Desktop for Contoso, ring=default policy=f4ce2f31e6a59741"
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
  description         = "Docker Desktop for Contoso, ring=default policy=f4ce2f31e6a59741"
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
