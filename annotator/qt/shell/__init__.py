"""The application: main window, welcome page, command palette, languages, opening and making studies."""
