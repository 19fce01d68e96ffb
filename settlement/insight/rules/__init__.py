"""The rules of documents as their keepers look at them: installed, and chosen by whom."""
