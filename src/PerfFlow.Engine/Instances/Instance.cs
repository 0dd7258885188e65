namespace PerfFlow.Engine.Instances;

/// <summary>The state of one case, immutable. Made by the engine or read by <see cref="InstanceCodec"/>.</summary>
public sealed class Instance
{
    internal Instance(InstanceStatus status, int revision, int lastVisit, IReadOnlyList<OpenVisit> openVisits)
    {
        Status = status;
        Revision = revision;
        LastVisit = lastVisit;
        OpenVisits = openVisits;
    }

    public InstanceStatus Status { get; }

    /// <summary>Number of accepted acts.</summary>
    public int Revision { get; }

    /// <summary>The highest visit number given so far.</summary>
    public int LastVisit { get; }

    /// <summary>What is open, by visit number.</summary>
    public IReadOnlyList<OpenVisit> OpenVisits { get; }
}
