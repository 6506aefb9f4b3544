"""Who saw or changed what about whom, for which purpose: kept with the fact, never changed."""
