"""Opening hours, closures, facts and notices of the clinic; which staff are on duty."""
