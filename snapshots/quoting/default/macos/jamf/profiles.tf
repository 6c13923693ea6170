resource "jamfpro_macos_configuration_profile_plist" "login_items" {
  name                = "Docker Desktop login items (default)"
  description         = "Docker Desktop for O'Reilly & Søns <\"北\"> 😀 `$(id)` {{ x }}, ring=default policy=30ab867e6adc2bb7"
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
