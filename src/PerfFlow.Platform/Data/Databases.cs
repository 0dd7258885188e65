namespace PerfFlow.Platform.Data;

/// <summary>Connection strings: the owner migrates and never serves; each service has a role with rights on its own schema only.</summary>
public sealed record Databases
{
    /// <summary>Only <c>migrate</c> and <c>demo --purge</c> need it.</summary>
    public string? Owner { get; init; }

    public required string Platform { get; init; }

    public required string Intake { get; init; }

    public required string Notifications { get; init; }

    /// <summary>Somebody has named a server; without one the private cluster is used.</summary>
    public bool Named => !string.IsNullOrEmpty(Owner) || Platform.Length > 0 || Intake.Length > 0 || Notifications.Length > 0;

    public static Databases From(IConfiguration configuration) => new()
    {
        Owner = configuration.GetConnectionString("Owner"),
        Platform = configuration.GetConnectionString("Platform") ?? "",
        Intake = configuration.GetConnectionString("Intake") ?? "",
        Notifications = configuration.GetConnectionString("Notifications") ?? "",
    };

    public static Databases Of(PrivateCluster cluster) => new()
    {
        Owner = cluster.OwnerConnectionString,
        Platform = cluster.ConnectionString("perfflow_platform"),
        Intake = cluster.ConnectionString("perfflow_intake"),
        Notifications = cluster.ConnectionString("perfflow_notifications"),
    };
}
