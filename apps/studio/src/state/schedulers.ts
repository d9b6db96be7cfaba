import { schedulerEntries } from '@neg/core/schedulers'
import { computed } from '@preact/signals'
import { model } from './model'
import type { SchedulerChoice } from './place'

/** The schedulers to choose from: a server's where one draws, with the plug-ins that it was started with. */
export const schedulers = computed<readonly SchedulerChoice[]>(() => model.value?.schedulers ?? schedulerEntries())

const plain = (name: string): string => name.toLowerCase().replace(/scheduler$/, '')

/** A scheduler by its name or one of its others; undefined where the chosen place has none of that name. */
export const schedulerOf = (wanted: string): SchedulerChoice | undefined =>
  schedulers.value.find(({ name, aliases }) => [name, ...aliases].some((one) => plain(one) === plain(wanted)))
