using PerfFlow.Intake.Documents;

namespace PerfFlow.Intake;

/// <summary>Settings of the service, section <c>Intake</c>.</summary>
public sealed class IntakeOptions
{
    /// <summary>Where files are kept; absolute, for this service alone, on a disk that is backed up with the database.</summary>
    public string Folder { get; set; } = "";

    /// <summary>What one file may cost.</summary>
    public DocumentLimits Limits { get; set; } = new();

    /// <summary>How files are read.</summary>
    public ParserOptions Parser { get; set; } = new();

    /// <summary>
    /// Address of a ClamAV daemon, <c>tcp://host:3310</c> or <c>unix:///run/clamav/clamd.ctl</c>; empty: files are not scanned.
    /// With an address, a file that could not be scanned is refused.
    /// </summary>
    public string Clamd { get; set; } = "";

    /// <summary>How long a scan may take.</summary>
    public TimeSpan ClamdTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Folder that other systems put files into, as <c>&lt;region code&gt;/&lt;unit code&gt;/&lt;file&gt;</c>; empty: none is watched.
    /// </summary>
    public string DropFolder { get; set; } = "";

    /// <summary>How often the drop folder is looked at; a file counts as complete when it did not change between two looks.</summary>
    public TimeSpan DropInterval { get; set; } = TimeSpan.FromSeconds(5);
}
