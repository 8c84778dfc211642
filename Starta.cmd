@echo off
rem Opens the workbench on Windows: double-click. Everything stays on this computer.
rem No labels: the command prompt can miss them in a file with letters such as those of Swedish.
chcp 65001 >nul
setlocal
rem pushd enters a folder on a server too, which cd cannot; popd lets go of the drive letter that it borrows there.
pushd "%~dp0"
if errorlevel 1 (
    echo Mappen gick inte att öppna. Flytta den till den egna disken, till exempel C:\krokomrsa, och starta där.
    pause
    exit /b 1
)

rem The register is kept on this computer's own disk, also when the project is in a synchronised or shared folder.
set "HERE=%~dp0"
set "SHARED="
if "%HERE:~0,2%"=="\\" set "SHARED=1"
if not defined SHARED (
    net use %~d0 >nul 2>nul && set "SHARED=1"
)
set HERE | findstr /l /i /c:"OneDrive" /c:"Dropbox" /c:"Google Drive" /c:"GoogleDrive" /c:"My Drive" /c:"Min enhet" /c:"Nextcloud" /c:"ownCloud" /c:"iCloud" /c:"SharePoint" >nul && set "SHARED=1"
set "CHOSEN="
if defined SHARED if not defined KROKOMRSA_WORKSPACE if defined LOCALAPPDATA if not exist data\register.sqlite set "CHOSEN=%LOCALAPPDATA%\krokomrsa"
if defined CHOSEN if not exist "%CHOSEN%\" mkdir "%CHOSEN%"
if defined CHOSEN if not exist "%CHOSEN%\" set "CHOSEN="
if defined CHOSEN (
    echo.
    echo OBS: Mappen ligger i ett synkroniserat eller delat utrymme, där ett register kan skadas.
    echo Registret och det som skrivs ut ligger därför på den egna disken, i mappen
    echo "%CHOSEN%"
    echo Skriver du egna kommandon: lägg till --workspace och den mappen.
    echo.
    set "KROKOMRSA_WORKSPACE=%CHOSEN%"
)
if defined SHARED if not defined KROKOMRSA_WORKSPACE (
    echo.
    echo OBS: Mappen ligger i ett synkroniserat eller delat utrymme, där ett register kan skadas.
    echo Flytta hela mappen till den egna disken, till exempel C:\krokomrsa, och starta därifrån.
    echo.
    pause
)

set "PYTHON="
where py >nul 2>nul && set "PYTHON=py -3"
if not defined PYTHON where python >nul 2>nul && set "PYTHON=python"
if not defined PYTHON (
    echo Python saknas. Be it-avdelningen om Python 3.11, 3.12 eller 3.13.
    pause
    popd
    exit /b 1
)

if exist wheels\ (
    if not exist .venv\Scripts\krokomrsa.exe (
        echo Installerar från mappen wheels. Det tar någon minut första gången.
        %PYTHON% -m venv .venv
        .venv\Scripts\python -m pip install --quiet --no-index --find-links wheels -e .
    )
    if exist .venv\Scripts\krokomrsa.exe (
        .venv\Scripts\krokomrsa lab
        if errorlevel 1 pause
        popd
        exit /b
    )
    echo Paketen i mappen wheels passar inte till den Python som finns här.
    echo Be den som gjorde mappen att göra om den för rätt version: krokomrsa bundle --python 3.x
    pause
    popd
    exit /b 1
)

%PYTHON% -m pip install --quiet uv
if errorlevel 1 (
    echo.
    echo Programmet kunde inte hämta det som behövs. Be it-avdelningen om något av detta:
    echo  - att pip får hämta paket från organisationens paketkälla, eller
    echo  - en mapp som är gjord med "krokomrsa bundle" på en dator med nätverk.
    pause
    popd
    exit /b 1
)

%PYTHON% -m uv run krokomrsa lab
if errorlevel 1 pause
popd
