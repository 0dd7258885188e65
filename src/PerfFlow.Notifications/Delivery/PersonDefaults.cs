using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Notifications.Delivery;

/// <summary>Settings of people, with the defaults for who has set none.</summary>
internal static class PersonDefaults
{
    public static PersonSettings Settings(this Person? person, NotificationsOptions options) => person is not null
        ? new(person.Mail, person.Digest, person.QuietFrom, person.QuietTo)
        : options.QuietFrom == options.QuietTo
            ? new(Mail: true, Digest: true, null, null)
            : new(Mail: true, Digest: true, options.QuietFrom, options.QuietTo);
}
