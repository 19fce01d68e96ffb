"""Sources that fetch by themselves: watched folders, SFTP servers, object stores."""
