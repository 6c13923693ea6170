resource "jamfpro_macos_configuration_profile_plist" "@LABEL@" {
  name                = "@NAME@"
  description         = "@DESCRIPTION@"
  level               = "System"
  distribution_method = "Install Automatically"
  redeploy_on_update  = "All"
  user_removable      = false
  payloads            = file("@FILE@")
  # The provider's own check wants the identifier to be the UUID; ours says whose profile it is.
  payload_validate = false

  scope {
    all_computers      = false
    computer_group_ids = [var.computer_group_id]
  }
}
