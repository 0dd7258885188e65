namespace PerfFlow.Notifications; internal static class Placeholder;
