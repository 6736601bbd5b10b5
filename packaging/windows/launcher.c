/* annotator.exe (console) and annotatorw.exe (window): starts the program in the Python that lies beside it.
 *
 * Python is loaded into this process, so that the task bar, the task manager and the firewall name Annotator. The
 * program's words go on as they are: argv[0], "-X utf8", "-m annotator", then what this was called with.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <shellapi.h>
#include <stdlib.h>
#include <wchar.h>

typedef int(__cdecl *py_main)(int, wchar_t **);

static int fail(const wchar_t *what, const wchar_t *path)
{
    wchar_t text[2048];
    swprintf(text, 2048, L"%ls\n\n%ls\n\nInstall Annotator again; your studies are not touched by that.", what, path);
#ifdef WINDOWED
    MessageBoxW(NULL, text, L"Annotator", MB_ICONERROR | MB_OK);
#else
    fwprintf(stderr, L"error: %ls: %ls; install Annotator again\n", what, path);
#endif
    return 1;
}

static int start(void)
{
    static wchar_t here[32768], dll[32768], home[32768];
    if (!GetModuleFileNameW(NULL, here, 32000)) return fail(L"the program's folder cannot be found", L"");
    wchar_t *end = wcsrchr(here, L'\\');
    if (!end) return fail(L"the program's folder cannot be found", here);
    *end = 0;
    swprintf(home, 32768, L"%ls\\python", here);
    swprintf(dll, 32768, L"%ls\\" PYTHON_DLL, home);
    *end = L'\\';
    HMODULE python = LoadLibraryExW(dll, NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    if (!python) return fail(L"a part of the program cannot be loaded", dll);
    py_main run = (py_main)(void *)GetProcAddress(python, "Py_Main");
    if (!run) return fail(L"a part of the program is damaged", dll);
    int count = 0;
    wchar_t **given = CommandLineToArgvW(GetCommandLineW(), &count);
    if (!given) return fail(L"the words of the call cannot be read", L"");
    wchar_t **words = calloc((size_t)count + 5, sizeof *words);
    if (!words) return fail(L"there is no memory left", L"");
    int n = 0;
    words[n++] = here;
    words[n++] = L"-X";
    words[n++] = L"utf8";
    words[n++] = L"-m";
    words[n++] = L"annotator";
    for (int i = 1; i < count; i++) words[n++] = given[i];
    return run(n, words);
}

#ifdef WINDOWED
int WINAPI wWinMain(HINSTANCE a, HINSTANCE b, PWSTR c, int d)
{
    (void)a, (void)b, (void)c, (void)d;
    return start();
}
#else
#include <stdio.h>
int wmain(void) { return start(); }
#endif
