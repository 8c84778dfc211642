@echo off
rem Opens the workbench on Windows: double-click. Everything stays on this computer.
chcp 65001 >nul
setlocal
cd /d "%~dp0"

echo %~dp0| findstr /i "OneDrive Dropbox \\\\" >nul && (
    echo.
    echo OBS: Mappen ligger i ett synkroniserat eller delat utrymme. Flytta den till den egna disken,
    echo till exempel C:\krokomrsa, och starta därifrån.
    echo.
)

set "PYTHON="
where py >nul 2>nul && set "PYTHON=py -3"
if not defined PYTHON where python >nul 2>nul && set "PYTHON=python"
if not defined PYTHON (
    echo Python saknas. Be it-avdelningen om Python 3.11, 3.12 eller 3.13.
    pause
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
        exit /b
    )
    echo Paketen i mappen wheels passar inte till den Python som finns här.
    echo Be den som gjorde mappen att göra om den för rätt version: krokomrsa bundle --python 3.x
    pause
    exit /b 1
)

%PYTHON% -m pip install --quiet uv
if errorlevel 1 (
    echo.
    echo Programmet kunde inte hämta det som behövs. Be it-avdelningen om något av detta:
    echo  - att pip får hämta paket från organisationens paketkälla, eller
    echo  - en mapp som är gjord med "krokomrsa bundle" på en dator med nätverk.
    pause
    exit /b 1
)

%PYTHON% -m uv run krokomrsa lab
if errorlevel 1 pause
