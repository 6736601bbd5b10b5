; The installer: for one person, without an administrator. makensis -DVERSION=… -DNUMBERS=… -DSTAGE=… -DOUT=… installer.nsi
Target amd64-unicode
SetCompressor /SOLID lzma
SetCompressorDictSize 64
ManifestDPIAware true
ManifestLongPathAware true
RequestExecutionLevel user
!include MUI2.nsh
!include FileFunc.nsh
!include WinVer.nsh
!include x64.nsh

Name "Annotator"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Annotator"
InstallDirRegKey HKCU "Software\Annotator" "Folder"
BrandingText "Annotator ${VERSION}"
ShowInstDetails nevershow

VIProductVersion "${NUMBERS}"
VIAddVersionKey /LANG=1033 "ProductName" "Annotator"
VIAddVersionKey /LANG=1033 "CompanyName" "Annotator developers"
VIAddVersionKey /LANG=1033 "FileDescription" "Installer of Annotator"
VIAddVersionKey /LANG=1033 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1033 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=1033 "LegalCopyright" "Annotator developers; Apache License 2.0"

!define ICON "${STAGE}\annotator.ico"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Annotator"
!define MUI_FINISHPAGE_RUN "$INSTDIR\annotatorw.exe"
!insertmacro MUI_PAGE_LICENSE "${STAGE}\LICENSE.txt"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
LangString RUNNING ${LANG_ENGLISH} "Annotator is open. Close it, then try again: what you coded is saved."
LangString RUNNING ${LANG_GERMAN} "Annotator ist offen. Schließen Sie es und versuchen Sie es erneut: Ihre Arbeit ist gespeichert."
LangString TOO_OLD ${LANG_ENGLISH} "Annotator needs Windows 10 (64 bit) or newer."
LangString TOO_OLD ${LANG_GERMAN} "Annotator braucht Windows 10 (64 Bit) oder neuer."

!macro RefuseWhileOpen
  ; a program that runs holds its file: it cannot be opened for writing
  IfFileExists "$INSTDIR\annotatorw.exe" 0 +6
  ClearErrors
  FileOpen $0 "$INSTDIR\annotatorw.exe" a
  IfErrors 0 +3
    MessageBox MB_ICONEXCLAMATION|MB_OK "$(RUNNING)" /SD IDOK
    Abort
  FileClose $0
!macroend

; Program files of an earlier version: only folders and files that an installer put there.
!macro RemoveProgram
  RMDir /r "$INSTDIR\python"
  RMDir /r "$INSTDIR\packages"
  RMDir /r "$INSTDIR\program"
  Delete "$INSTDIR\annotator.exe"
  Delete "$INSTDIR\annotatorw.exe"
  Delete "$INSTDIR\annotator.ico"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\THIRD-PARTY.txt"
!macroend

Function .onInit
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${RunningX64}
    MessageBox MB_ICONSTOP|MB_OK "$(TOO_OLD)" /SD IDOK
    Abort
  ${EndIf}
FunctionEnd

Section
  SetShellVarContext current
  !insertmacro RefuseWhileOpen
  !insertmacro RemoveProgram
  SetOutPath "$INSTDIR"
  File /r "${STAGE}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  ; so that the first start is as fast as every other
  nsExec::Exec '"$INSTDIR\python\python.exe" -m compileall -q "$INSTDIR\program" "$INSTDIR\packages"'
  Pop $0

  CreateShortCut "$SMPROGRAMS\Annotator.lnk" "$INSTDIR\annotatorw.exe" "" "$INSTDIR\annotator.ico"

  WriteRegStr HKCU "Software\Classes\Annotator.Study" "" "Annotator study"
  WriteRegStr HKCU "Software\Classes\Annotator.Study\DefaultIcon" "" "$INSTDIR\annotator.ico"
  WriteRegStr HKCU "Software\Classes\Annotator.Study\shell\open\command" "" '"$INSTDIR\annotatorw.exe" open --inside "%1"'
  WriteRegStr HKCU "Software\Classes\Annotator.Package" "" "Annotator package"
  WriteRegStr HKCU "Software\Classes\Annotator.Package\DefaultIcon" "" "$INSTDIR\annotator.ico"
  WriteRegStr HKCU "Software\Classes\Annotator.Package\shell\open\command" "" '"$INSTDIR\annotatorw.exe" open --inside "%1"'
  WriteRegStr HKCU "Software\Classes\.annotator" "" "Annotator.Study"
  WriteRegStr HKCU "Software\Classes\.annotator-package" "" "Annotator.Package"
  WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\annotator.exe" "" "$INSTDIR\annotator.exe"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

  WriteRegStr HKCU "Software\Annotator" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Annotator"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "Annotator developers"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\annotator.ico"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" "$0"
SectionEnd

Section "Uninstall"
  SetShellVarContext current
  !insertmacro RefuseWhileOpen
  ; studies are left alone, wherever they lie: only what the installer made is named here
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Annotator.lnk"
  DeleteRegKey HKCU "Software\Classes\Annotator.Study"
  DeleteRegKey HKCU "Software\Classes\Annotator.Package"
  ReadRegStr $0 HKCU "Software\Classes\.annotator" ""
  StrCmp $0 "Annotator.Study" 0 +2
    DeleteRegKey HKCU "Software\Classes\.annotator"
  ReadRegStr $0 HKCU "Software\Classes\.annotator-package" ""
  StrCmp $0 "Annotator.Package" 0 +2
    DeleteRegKey HKCU "Software\Classes\.annotator-package"
  DeleteRegKey HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\annotator.exe"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\Annotator"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
