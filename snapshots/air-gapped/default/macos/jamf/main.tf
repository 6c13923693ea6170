# One ring of the policy for the provider deploymenttheory/jamfpro, as a module: say which computer group the ring is.
# Rings must not share a computer, or each would undo the other.

terraform {
  required_providers {
    jamfpro = {
      source = "deploymenttheory/jamfpro"
    }
  }
}

variable "computer_group_id" {
  description = "Jamf Pro ID of the computer group that is this ring."
  type        = number
}

variable "computer_group_name" {
  description = "Name of the same group, for the criteria of the smart group."
  type        = string
}

# Puts the files in place and repairs them.
resource "jamfpro_script" "install" {
  name            = "Docker Desktop policy (default): install"
  info            = "Docker Desktop for Contoso, ring=default policy=f4ce2f31e6a59741"
  priority        = "AFTER"
  script_contents = file("${path.module}/../install.sh")
}

# What a computer reports to inventory.
resource "jamfpro_computer_extension_attribute" "state" {
  name                   = "Docker Desktop policy (default)"
  enabled                = true
  description            = "Docker Desktop for Contoso, ring=default policy=f4ce2f31e6a59741"
  input_type             = "SCRIPT"
  data_type              = "STRING"
  inventory_display_type = "EXTENSION_ATTRIBUTES"
  script_contents        = file("${path.module}/extension-attribute.sh")
}

# Computers of the ring that have the application and not this policy.
resource "jamfpro_smart_computer_group_v2" "not_compliant" {
  name = "Docker Desktop policy (default): not compliant"

  criteria {
    name        = "Computer Group"
    priority    = 0
    search_type = "member of"
    value       = var.computer_group_name
  }

  criteria {
    name        = "Application Title"
    priority    = 1
    and_or      = "and"
    search_type = "is"
    value       = "Docker.app"
  }

  criteria {
    name        = jamfpro_computer_extension_attribute.state.name
    priority    = 2
    and_or      = "and"
    search_type = "is not"
    value       = "Compliant ring=default policy=f4ce2f31e6a59741"
  }
}

# Runs the script at check-in wherever it is needed, and reports right away.
resource "jamfpro_policy" "repair" {
  name            = "Docker Desktop policy (default): install"
  enabled         = true
  trigger_checkin = true
  frequency       = "Ongoing"

  scope {
    all_computers      = false
    computer_group_ids = [jamfpro_smart_computer_group_v2.not_compliant.id]
  }

  payloads {
    scripts {
      id       = jamfpro_script.install.id
      priority = "After"
    }

    maintenance {
      recon = true
    }
  }
}
