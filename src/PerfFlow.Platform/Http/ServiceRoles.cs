namespace PerfFlow.Platform.Http;

/// <summary>The services that one process may run.</summary>
[Flags]
public enum ServiceRole
{
    None = 0,

    /// <summary>Pages, API, identity, workflows, reminders.</summary>
    Platform = 1,

    /// <summary>Bytes to typed values.</summary>
    Intake = 2,

    /// <summary>Mail, webhook, in-app delivery.</summary>
    Notifications = 4,

    All = Platform | Intake | Notifications,
}

internal static class ServiceRoles
{
    public static bool TryParse(string text, out ServiceRole roles)
    {
        roles = ServiceRole.None;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            switch (name)
            {
                case "platform": roles |= ServiceRole.Platform; break;
                case "intake": roles |= ServiceRole.Intake; break;
                case "notifications": roles |= ServiceRole.Notifications; break;
                default: return false;
            }
        }

        return roles != ServiceRole.None;
    }
}
